import { InvalidArgumentError } from "@plinth/core/errors";

/** A timestamp of RFC 3339, whose letters may be small. */
const timestamp = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)$/;

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Brings what another publisher may write, and CloudEvents 1.0 allows, into the form that we write
 * ourselves: `null` and an empty subject are absent, `time` is in capitals, and, where it is absent, the
 * present; a media type has no parameters; `data_base64` is `data`; no data are an empty object. What is
 * not valid stays as it is, for the check that follows.
 *
 * @param value what the message held, as JSON
 * @param parse reads bytes as JSON in UTF-8, or throws
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

/** All media types of JSON become the one that we write. */
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
