#!/usr/bin/env node
import { runCli } from "./run-cli.ts";

const { code, output } = await runCli(process.argv.slice(2));
(code === 2 ? process.stderr : process.stdout).write(output);
process.exitCode = code;
