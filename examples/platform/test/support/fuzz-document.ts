import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: Schema;
}

/** The keywords of JSON Schema that requests are generated from. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

interface ResponseObject {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
  };
}

export interface Operation {
  readonly id: string;
  readonly verb: string;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
}

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** All operations of a document. */
export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item).map(([verb, { operationId, parameters = [], requestBody }]) => ({
      id: operationId,
      verb: verb.toUpperCase(),
      template,
      parameters,
      body: requestBody?.content["application/json"]?.schema,
    })),
  );
}

const base = "document";
const pointer = (...keys: readonly string[]) =>
  keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Judges answers by what a document says about them. */
export class ResponseJudge {
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #document: Document;
  readonly #routes: readonly { verb: string; path: RegExp; at: readonly string[] }[];

  constructor(document: Document) {
    this.#document = document;
    this.#ajv.addSchema(document, base);
    this.#routes = Object.entries(document.paths).flatMap(([template, item]) =>
      Object.keys(item).map((verb) => ({
        verb: verb.toUpperCase(),
        path: new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]*")}$`),
        at: ["paths", template, verb, "responses"],
      })),
    );
  }

  /** @returns what the document refuses in an answer; nothing where it is as documented */
  faultOf(method: string, target: string, answer: Answer): string | undefined {
    const verb = method === "HEAD" ? "GET" : method;
    const [path = ""] = target.split("?");
    // Not an operation: it tells the methods of a path, in the header Allow alone.
    if (
      method === "OPTIONS" &&
      answer.status === 204 &&
      this.#routes.some(({ path: known }) => known.test(path))
    ) {
      return answer.body === "" ? undefined : "a body where there is none";
    }
    const route = this.#routes.find((each) => each.verb === verb && each.path.test(path));
    const found = this.#responseAt(route?.at, String(answer.status));
    if (found === undefined) return `status ${answer.status} is not documented`;
    const { at, response } = found;
    // The answer to HEAD has no body, also where GET would have one.
    if (response.content === undefined || method === "HEAD") {
      return answer.body === "" ? undefined : "a body where the document has none";
    }
    const [type = ""] = (answer.contentType ?? "").split(";");
    if (!Object.hasOwn(response.content, type)) return `content type "${answer.contentType}"`;
    const validate = this.#validator([...at, "content", type, "schema"]);
    let value: unknown;
    try {
      value = JSON.parse(answer.body);
    } catch {
      return "a body that is no JSON";
    }
    if (!validate(value)) return `body: ${this.#ajv.errorsText(validate.errors)}`;
    const isProblem = type === "application/problem+json";
    if (isProblem && (value as { status: number }).status !== answer.status) {
      return "a problem with the status of another";
    }
    return undefined;
  }

  #responseAt(route: readonly string[] | undefined, status: string) {
    if (route === undefined) {
      // The document has no such operation: nothing but a refusal may come.
      const response = this.#document.components.responses["Problem"];
      const isRefusal = status.startsWith("4");
      return isRefusal && response
        ? { at: ["components", "responses", "Problem"], response }
        : undefined;
    }
    const [, template = "", verb = ""] = route;
    const responses = this.#document.paths[template]?.[verb]?.responses ?? {};
    const isError = Number(status) >= 400;
    const key = Object.hasOwn(responses, status) ? status : isError ? "default" : undefined;
    const response = key === undefined ? undefined : responses[key];
    if (key === undefined || response === undefined) return undefined;
    if (response.$ref === undefined) return { at: [...route, key], response };
    const name = response.$ref.split("/").at(-1) ?? "";
    const shared = this.#document.components.responses[name];
    return shared && { at: ["components", "responses", name], response: shared };
  }

  #validator(at: readonly string[]): ValidateFunction {
    const reference = `${base}#${encodeURI(pointer(...at))}`;
    const validate = this.#ajv.getSchema(reference);
    if (validate === undefined) throw new Error(`The document has no schema at ${reference}.`);
    return validate;
  }
}
