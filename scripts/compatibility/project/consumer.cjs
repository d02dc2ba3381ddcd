// What a project that is not made of ES modules does.
const { BaseConfig } = require("@plinth/config");
const { createApp, injectable, NotFoundError } = require("@plinth/core");
const { isServiceError } = require("@plinth/core/errors");
const { Repository } = require("@plinth/data");
const { dynamoDbDriver } = require("@plinth/data/dynamodb");
const { memoryDriver } = require("@plinth/data/memory");
const { bindHttp } = require("@plinth/http");
const { JwtAuthorizer } = require("@plinth/http/jwt");

const required = [BaseConfig, createApp, injectable, Repository, dynamoDbDriver, memoryDriver];
const named = [...required, bindHttp, JwtAuthorizer].every((each) => typeof each === "function");
// The errors are those that an import gives, not a second copy.
const use = async () => {
  const { NotFoundError: imported } = await import("@plinth/core");
  const isSame = imported === NotFoundError && isServiceError(new NotFoundError("gone"));
  if (!named || !isSame) process.exit(1);
  process.stdout.write("answered\n");
};
void use();
