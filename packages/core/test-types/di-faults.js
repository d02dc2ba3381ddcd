var __esDecorate = (this && this.__esDecorate) || function (ctor, descriptorIn, decorators, contextIn, initializers, extraInitializers) {
    function accept(f) { if (f !== void 0 && typeof f !== "function") throw new TypeError("Function expected"); return f; }
    var kind = contextIn.kind, key = kind === "getter" ? "get" : kind === "setter" ? "set" : "value";
    var target = !descriptorIn && ctor ? contextIn["static"] ? ctor : ctor.prototype : null;
    var descriptor = descriptorIn || (target ? Object.getOwnPropertyDescriptor(target, contextIn.name) : {});
    var _, done = false;
    for (var i = decorators.length - 1; i >= 0; i--) {
        var context = {};
        for (var p in contextIn) context[p] = p === "access" ? {} : contextIn[p];
        for (var p in contextIn.access) context.access[p] = contextIn.access[p];
        context.addInitializer = function (f) { if (done) throw new TypeError("Cannot add initializers after decoration has completed"); extraInitializers.push(accept(f || null)); };
        var result = (0, decorators[i])(kind === "accessor" ? { get: descriptor.get, set: descriptor.set } : descriptor[key], context);
        if (kind === "accessor") {
            if (result === void 0) continue;
            if (result === null || typeof result !== "object") throw new TypeError("Object expected");
            if (_ = accept(result.get)) descriptor.get = _;
            if (_ = accept(result.set)) descriptor.set = _;
            if (_ = accept(result.init)) initializers.unshift(_);
        }
        else if (_ = accept(result)) {
            if (kind === "field") initializers.unshift(_);
            else descriptor[key] = _;
        }
    }
    if (target) Object.defineProperty(target, contextIn.name, descriptor);
    done = true;
};
var __runInitializers = (this && this.__runInitializers) || function (thisArg, initializers, value) {
    var useValue = arguments.length > 2;
    for (var i = 0; i < initializers.length; i++) {
        value = useValue ? initializers[i].call(thisArg, value) : initializers[i].call(thisArg);
    }
    return useValue ? value : void 0;
};
// Does not compile, on purpose: the test reads the comment above each fault and expects its text.
import { inject, injectable, service, token } from "@plinth/core";
class Engine {
    power = 1;
}
class Wheel {
    size = 1;
}
class Car {
    engine;
    wheel;
    constructor(engine, wheel) {
        this.engine = engine;
        this.wheel = wheel;
    }
}
const speed = token("speed");
export const faults = (binder) => {
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
service(Car, [Wheel, Wheel]);
// fault: Property '1' is missing in type '[typeof Engine]' but required in type 'DependencyTokens<NoInfer<[engine: Engine, wheel: Wheel]>>'.
service(Car, [Engine]);
// fault: Type '3' is not assignable to type '2'.
service(Car, [Engine, Wheel, Wheel]);
let Bike = (() => {
    let _classDecorators = [injectable()];
    let _classDescriptor;
    let _classExtraInitializers = [];
    let _classThis;
    var Bike = class {
        static { _classThis = this; }
        static {
            const _metadata = typeof Symbol === "function" && Symbol.metadata ? Object.create(null) : void 0;
            __esDecorate(null, _classDescriptor = { value: _classThis }, _classDecorators, { kind: "class", name: _classThis.name, metadata: _metadata }, null, _classExtraInitializers);
            Bike = _classThis = _classDescriptor.value;
            if (_metadata) Object.defineProperty(_classThis, Symbol.metadata, { enumerable: true, configurable: true, writable: true, value: _metadata });
            __runInitializers(_classThis, _classExtraInitializers);
        }
        wheel;
        speed;
        constructor(
        // fault: "The token given to inject stands for another type than the parameter" | TokenMismatch<Engine, Wheel>
        wheel, speed) {
            this.wheel = wheel;
            this.speed = speed;
        }
    };
    return Bike = _classThis;
})();
export { Bike };
