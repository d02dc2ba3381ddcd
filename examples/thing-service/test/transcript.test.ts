import { describeWithEngine, test } from "@plinth/testing";
import { beforeAll, expect } from "vitest";
import { aws, gcp, local } from "./support/clouds.ts";
import {
  addressOf,
  launchThingService,
  patience,
  type ServiceEnvironment,
} from "./support/start-thing-service.ts";
import { play, transcript } from "./support/transcript.ts";

async function playOn(environment: ServiceEnvironment) {
  await using service = await launchThingService(environment);
  return await play(await addressOf(service));
}

let answers: Awaited<ReturnType<typeof play>>;
beforeAll(async () => {
  answers = await playOn(local());
}, patience);

test("every request of the transcript gets the answer it should get", () => {
  for (const [index, expected] of transcript.entries()) {
    const { title, status, answer, code, faults } = expected;
    const body =
      answer ??
      expect.objectContaining({
        status,
        code,
        detail: expect.stringMatching(/\S/),
        ...(faults && {
          errors: faults.map((path) => expect.objectContaining({ path })),
        }),
      });
    const contentType = answer ? /^application\/json/ : /^application\/problem\+json/;
    expect(answers[index]).toMatchObject({
      title,
      status,
      body,
      contentType: expect.stringMatching(contentType),
    });
  }
});

test("a creation says where the thing is, for any name", () => {
  const locations = answers.filter(({ status }) => status === 201).map(({ location }) => location);
  expect(locations).toContain("/things/thing_lamp");
  expect(locations).toContain("/things/thing_a%2Fb");
});

describeWithEngine("dynamodb", "on DynamoDB", (dynamodb) => {
  describeWithEngine("firestore", "and on Firestore", (firestore) => {
    test(
      "the answers are those of the laptop, but for request ids",
      { timeout: patience },
      async () => {
        const [onAws, onGcp] = await Promise.all([playOn(aws(dynamodb)), playOn(gcp(firestore))]);
        expect(onAws).toEqual(answers);
        expect(onGcp).toEqual(answers);
      },
    );
  });
});
