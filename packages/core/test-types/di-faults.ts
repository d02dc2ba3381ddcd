// Does not compile, on purpose: the test reads the comment above each fault and expects its text.
import { inject, injectable, token, type Binding } from "@plinth/core";

class Engine {
  readonly power: number = 1;
}
class Wheel {
  readonly size: number = 1;
}
class Car {
  constructor(
    readonly engine: Engine,
    readonly wheel: Wheel,
  ) {}
}
const speed = token<number>("speed");

export const faults: Binding = (binder) => {
  // fault: Argument of type 'typeof Wheel' is not assignable to parameter of type 'Class<Engine>'. | Property 'power' is missing in type 'Wheel' but required in type 'Engine'.
  binder.bind(Engine).toClass(Wheel);
  // fault: Argument of type 'string' is not assignable to parameter of type 'number'.
  binder.bind(speed).toValue("fast");
  // fault: Type 'string' is not assignable to type 'number'.
  binder.bind(speed).toFactory([], () => "fast");
  // fault: Argument of type 'TypedToken<number>' is not assignable to parameter of type 'Token<Engine>'.
  binder.bind(Engine).toAlias(speed);
  // fault: Property 'power' does not exist on type 'Wheel'.
  binder.bind(speed).toFactory([Wheel], (wheel) => wheel.power);
  // fault: Type 'Promise<Wheel>' is not assignable to type 'Engine | Promise<Engine>'.
  binder.bind(Engine).toResource([], { create: async () => new Wheel() });
};

// fault: Type 'typeof Wheel' is not assignable to type 'Token<Engine>'. | Property 'power' is missing in type 'Wheel' but required in type 'Engine'.
injectable(Car, [Wheel, Wheel]);
// fault: Property '1' is missing in type '[typeof Engine]' but required in type 'DependencyTokens<NoInfer<[engine: Engine, wheel: Wheel]>>'.
injectable(Car, [Engine]);
// fault: Type '3' is not assignable to type '2'.
injectable(Car, [Engine, Wheel, Wheel]);

@injectable()
export class Bike {
  constructor(
    // fault: "The token given to inject stands for another type than the parameter" | TokenMismatch<Engine, Wheel>
    @inject(Engine) readonly wheel: Wheel,
    @inject(speed) readonly speed: number,
  ) {}
}
