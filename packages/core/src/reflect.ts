// tsyringe refuses to load without this polyfill; every module that imports tsyringe imports this first.
import "reflect-metadata";
