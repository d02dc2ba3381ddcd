import { expect, test } from "vitest";
import { createLocationWriter } from "../src/request/location-writer.ts";

const here = "http://here.example";

test.each([
  ["/things/:a", { a: "x" }, "/things/x"],
  ["/things/:a", { a: 7 }, "/things/7"],
  ["/things/:a", { a: "a/b c?#" }, "/things/a%2Fb%20c%3F%23"],
  ["/:a/:b", { a: "x", b: "y" }, "/x/y"],
  ["/things/:a.:b/", { a: "x", b: "y" }, "/things/x.y/"],
  ["/things?of=:a", { a: "" }, "/things?of="],
  ["/things?of=:a/..", { a: ".." }, "/things?of=../.."],
  ["/café/:a", { a: "ä" }, "/caf%C3%A9/%C3%A4"],
  ["/", {}, "/"],
  ["/:constructor", { constructor: "x" }, "/x"],
])("%s of %j is %s", (template, output, location) => {
  expect(createLocationWriter(template)(output)).toBe(location);
  expect(new URL(location, here).host).toBe("here.example");
  expect(new URL(location, here).pathname).toBe(location.split("?")[0]);
});

test.each([
  ["/:a/:b", { a: "", b: "evil.example" }],
  ["/:a/:b", { a: "x", b: "" }],
  ["/:a", { a: "" }],
  ["/:a/x", { a: ".." }],
  ["/x/:a/y", { a: "." }],
  ["/x/.:a", { a: "." }],
  ["/x/:a:b", { a: ".", b: "." }],
  ["/:a:b/evil.example", { a: "", b: "" }],
  ["/:a/:a/:b", { a: "", b: "evil.example" }],
  ["/:constructor", {}],
  ["/:toString", {}],
  ["/:a", undefined],
  ["/:a", { a: ["x"] }],
])("%s of %j leads nowhere", (template, output) => {
  expect(createLocationWriter(template)(output)).toBeUndefined();
});
