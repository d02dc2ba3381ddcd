import type { Driver, DriverCollection } from "@plinth/data";

/**
 * A driver some of whose calls fail as if the engine had no capacity left: half of those before they
 * are sent, the others when they are done, as if the answer was lost.
 *
 * @param share how many of the calls fail, from 0 to 1
 * @param fault makes the error
 */
export function throttledDriver(driver: Driver, share: number, fault: () => Error): Driver {
  const tried = async <R>(call: () => Promise<R>): Promise<R> => {
    const chance = Math.random();
    if (chance < share / 2) throw fault();
    const result = await call();
    if (chance < share) throw fault();
    return result;
  };
  const wrap = (collection: DriverCollection): DriverCollection => {
    const get = collection.get.bind(collection);
    const write = collection.write.bind(collection);
    // The object stays what it is: drivers know their own collections.
    return Object.assign(collection, {
      get: (...given: Parameters<typeof get>) => tried(() => get(...given)),
      write: (...given: Parameters<typeof write>) => tried(() => write(...given)),
    });
  };
  const transact = driver.transact?.bind(driver);
  return {
    ...driver,
    collection: (definition) => wrap(driver.collection(definition)),
    ...(transact && {
      transact: (...given: Parameters<typeof transact>) => tried(() => transact(...given)),
    }),
  };
}
