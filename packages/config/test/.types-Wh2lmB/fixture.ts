import { awsFields, BaseConfig, requiredWhen } from "@plinth/config";
import * as z from "zod";
class ThingConfig extends BaseConfig.extend({ thingsTable: z.string().default("things") }) {}
class AwsThingConfig extends ThingConfig.extend(awsFields) {}
new ThingConfig({ thingsTable: 5 });
new AwsThingConfig({ cloud: "gcp", awsRegion: "eu-central-1" });
new AwsThingConfig({});
new ThingConfig().port = 5;
new ThingConfig({ thingsTabel: "x" });
ThingConfig.extend({}, { rules: [requiredWhen("thingsTabel", (config) => config.port > 1)] });
