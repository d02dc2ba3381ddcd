import { InvalidArgumentError } from "@plinth/core/errors";

/** A timestamp of RFC 3339, in capitals or small letters. */
const timestamp = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)$/;

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Converts an envelope of CloudEvents 1.0 of any publisher into the form that the bus writes: without `null`, an
 * empty subject and parameters of the media type, with `time` in capitals (default: the present), with
 * `data_base64` as `data`, and with an empty object for absent data. It leaves invalid values to the check that
 * follows.
 *
 * @param value The body of the message, parsed.
 * @param parse Reads bytes as JSON in UTF-8, or throws.
 */
export function normalizeEnvelope(value: unknown, parse: (bytes: Uint8Array) => unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const given: Record<string, unknown> = Object.fromEntries(
    Object.entries(value).filter(([, attribute]) => attribute !== null),
  );
  const { time, datacontenttype, subject, data, data_base64: encoded, ...rest } = given;
  return {
    ...rest,
    ...(subject !== undefined && subject !== "" && { subject }),
    time: time === undefined ? new Date().toISOString() : inCapitals(time),
    ...(datacontenttype !== undefined && { datacontenttype: withoutParameters(datacontenttype) }),
    data: data ?? (encoded === undefined ? {} : decodeData(encoded, parse)),
  };
}

function inCapitals(time: unknown): unknown {
  return typeof time === "string" && timestamp.test(time) ? time.toUpperCase() : time;
}

/** All media types of JSON become `application/json`. */
function withoutParameters(mediaType: unknown): unknown {
  if (typeof mediaType !== "string") return mediaType;
  const [essence = ""] = mediaType.split(";", 1);
  const name = essence.trim().toLowerCase();
  return /^(?:application|text)\/(?:[\w.!#$&^-]+\+)?json$/.test(name) ? "application/json" : name;
}

function decodeData(encoded: unknown, parse: (bytes: Uint8Array) => unknown): unknown {
  if (typeof encoded !== "string" || !base64.test(encoded)) {
    throw new InvalidArgumentError("CloudEvents envelope: data_base64 is not Base64.");
  }
  try {
    return parse(Buffer.from(encoded, "base64"));
  } catch {
    throw new InvalidArgumentError("CloudEvents envelope: data_base64 is not JSON in UTF-8.");
  }
}
