import { listOf, objectOf, operationsOf, resolved, type Json, type Operation } from "./open-api.ts";
import { schemaRefusals, type Placed, type Refusal } from "./schema-refusals.ts";

/** A change between two versions of an API that can make a caller of the old version fail. */
export interface BreakingChange {
  /** The operation, such as `things.createThing`. */
  readonly method: string;
  /** Where: `input.name`, `output.items[].price`; empty for the operation as a whole. */
  readonly field: string;
  /** The change in words. */
  readonly fault: string;
}

interface Pair {
  readonly document: Json;
  readonly operation: Operation;
}

/** Parameters by place and name; header names have no case. */
function parametersOf({ document, operation }: Pair): ReadonlyMap<string, Json> {
  return new Map(
    listOf(operation.value["parameters"]).map((value) => {
      const parameter = resolved(document, value);
      const name = String(parameter["name"]);
      const place = String(parameter["in"]);
      return [`${place}:${place === "header" ? name.toLowerCase() : name}`, parameter];
    }),
  );
}

function named(side: string, { field, fault }: Refusal): Omit<BreakingChange, "method"> {
  const dot = field === "" || field.startsWith("[") ? "" : ".";
  return { field: `${side}${dot}${field}`, fault };
}

function parameterChanges(before: Pair, after: Pair): Omit<BreakingChange, "method">[] {
  const [olds, news] = [parametersOf(before), parametersOf(after)];
  const changes: Omit<BreakingChange, "method">[] = [];
  for (const [key, parameter] of olds) {
    const now = news.get(key);
    const field = `input.${String(parameter["name"])}`;
    if (now === undefined) {
      changes.push({ field, fault: `is not taken from the ${String(parameter["in"])} any more` });
      continue;
    }
    if (now["required"] === true && parameter["required"] !== true) {
      changes.push({ field, fault: "became required" });
    }
    const from = { document: before.document, schema: parameter["schema"] };
    const to = { document: after.document, schema: now["schema"] };
    for (const { field: inner, fault } of schemaRefusals(from, to, "input")) {
      changes.push({ field: `${field}${inner}`, fault });
    }
  }
  for (const [key, parameter] of news) {
    if (!olds.has(key) && parameter["required"] === true) {
      changes.push({ field: `input.${String(parameter["name"])}`, fault: "is new and required" });
    }
  }
  return changes;
}

function jsonSchemaIn(document: Json, holder: unknown): unknown {
  const content = objectOf(resolved(document, holder)["content"]);
  return objectOf(content["application/json"])["schema"];
}

function bodyChanges(before: Pair, after: Pair): Omit<BreakingChange, "method">[] {
  const bodyOf = ({ document, operation }: Pair): Placed & { readonly body: Json } => {
    const body = resolved(document, operation.value["requestBody"]);
    return { document, body, schema: jsonSchemaIn(document, body) };
  };
  const [from, to] = [bodyOf(before), bodyOf(after)];
  if (from.schema === undefined) {
    return to.body["required"] === true ? [{ field: "input", fault: "a body is needed now" }] : [];
  }
  if (to.schema === undefined) return [{ field: "input", fault: "no body is taken any more" }];
  const changes = schemaRefusals(from, to, "input").map((refusal) => named("input", refusal));
  // A field that became required is the better message.
  const isNeeded = to.body["required"] === true && from.body["required"] !== true;
  return isNeeded && changes.length === 0
    ? [{ field: "input", fault: "the body became required" }]
    : changes;
}

function successOf({ operation }: Pair): readonly [string, unknown][] {
  const responses = Object.entries(objectOf(operation.value["responses"]));
  return responses.filter(([status]) => status.startsWith("2"));
}

function outputChanges(before: Pair, after: Pair): Omit<BreakingChange, "method">[] {
  const news = new Map(successOf(after));
  return successOf(before).flatMap(([status, response]) => {
    if (!news.has(status)) {
      return [{ field: "", fault: `the status ${status} became ${[...news.keys()].join(", ")}` }];
    }
    const now = resolved(after.document, news.get(status));
    const was = resolved(before.document, response);
    const headers = new Set(
      Object.keys(objectOf(now["headers"])).map((name) => name.toLowerCase()),
    );
    const lost = Object.keys(objectOf(was["headers"]))
      .filter((name) => !headers.has(name.toLowerCase()))
      .map((name) => ({ field: "output", fault: `the header ${name} is gone` }));
    const from = { document: after.document, schema: jsonSchemaIn(after.document, now) };
    const to = { document: before.document, schema: jsonSchemaIn(before.document, was) };
    if (to.schema === undefined) return lost;
    if (from.schema === undefined) return [...lost, { field: "output", fault: "is gone" }];
    const refusals = schemaRefusals(from, to, "output");
    return [...lost, ...refusals.map((refusal) => named("output", refusal))];
  });
}

/**
 * The alternatives to authorize a call, each a set of words such as `bearer` and `bearer things:write`.
 */
function waysOf({ document, operation }: Pair): readonly ReadonlySet<string>[] {
  const security = listOf(operation.value["security"] ?? document["security"]);
  return security.map(
    (way) =>
      new Set(
        Object.entries(objectOf(way)).flatMap(([scheme, scopes]) => [
          scheme,
          ...listOf(scopes).map((scope) => `${scheme} ${String(scope)}`),
        ]),
      ),
  );
}

function securityChanges(before: Pair, after: Pair): Omit<BreakingChange, "method">[] {
  const [olds, news] = [waysOf(before), waysOf(after)];
  if (news.length === 0 || news.some((way) => way.size === 0)) return [];
  if (olds.length === 0 || olds.some((way) => way.size === 0)) {
    return [{ field: "", fault: "was public and needs credentials now" }];
  }
  return olds
    .filter((old) => !news.some((way) => [...way].every((word) => old.has(word))))
    .map((old) => ({
      field: "",
      fault: `the credentials ${[...old].join(", ")} are not enough any more`,
    }));
}

function operationChanges(before: Pair, after: Pair): Omit<BreakingChange, "method">[] {
  const isRepeatable = before.operation.value["x-idempotent"] === true;
  const { route } = before.operation;
  return [
    ...(route === after.operation.route
      ? []
      : [{ field: "", fault: `the route ${route} became ${after.operation.route}` }]),
    ...(isRepeatable && after.operation.value["x-idempotent"] !== true
      ? [{ field: "", fault: "is not idempotent any more" }]
      : []),
    ...securityChanges(before, after),
    ...parameterChanges(before, after),
    ...bodyChanges(before, after),
    ...outputChanges(before, after),
  ];
}

/**
 * Compares two OpenAPI documents made by `openApiDocument`, and finds the changes that can make a caller of
 * the old version fail: removed and moved methods, inputs that are now refused, outputs that the old version
 * did not allow, credentials that are no longer enough.
 *
 * Schemas are compared keyword by keyword. Another pattern or format counts as breaking, because it cannot be
 * decided which of two patterns accepts more.
 *
 * @param before the old version, which callers know
 * @param after the new version
 * @returns the changes by method, in the order of the old document; empty if nothing breaks
 */
export function contractDiff(before: object, after: object): BreakingChange[] {
  const [old, now] = [objectOf(before), objectOf(after)];
  const news = operationsOf(now);
  return [...operationsOf(old).values()].flatMap((operation) => {
    const method = operation.name;
    const next = news.get(method);
    if (next === undefined) return [{ method, field: "", fault: "is gone" }];
    const changes = operationChanges(
      { document: old, operation },
      { document: now, operation: next },
    );
    return changes.map((change) => ({ method, ...change }));
  });
}
