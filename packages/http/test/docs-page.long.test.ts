import { fileURLToPath } from "node:url";
import { createApp, method, NotFoundError, Service } from "@plinth/core";
import type { Locator, Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { ApiKeyAuthorizer, Authorizer, bindHttp, hashApiKey, HttpServer } from "../src/index.ts";
import { chromiumSkipReason, startChromium } from "./chromium.ts";

const screenshot = fileURLToPath(new URL("../../../.artifacts/docs-page.png", import.meta.url));
const apiKey = "a-key-for-the-docs-page";

const Book = z.object({ bookId: z.string(), title: z.string() }).meta({ id: "Book" });
const classic = { bookId: "b-9", title: "A classic" };

abstract class BookService extends Service("books", {
  getBook: method({
    http: "GET /books/:bookId",
    public: true,
    summary: "Finds a book",
    input: Book.pick({ bookId: true }),
    output: Book,
    errors: ["not_found"],
  }),
  putBook: method({
    http: "PUT /books/:bookId",
    summary: "Keeps a book",
    input: Book,
    output: Book,
    examples: { classic: { summary: "An old one", input: classic, output: classic } },
  }),
}) {}

async function startBooks(): Promise<string> {
  const books = new Map([["b-1", { bookId: "b-1", title: "The first book" }]]);
  const authorizer = new ApiKeyAuthorizer(async (hash) =>
    hash === hashApiKey(apiKey) ? { hash, principal: { id: "reader" } } : undefined,
  );
  const app = createApp({
    name: "book-service",
    config: { host: "127.0.0.1", port: 0, logLevel: "fatal" },
    bindings: [
      (binder) => {
        binder.bind(Authorizer).toValue(authorizer);
        binder.bind(BookService).toValue({
          getBook: async ({ bookId }) => {
            const book = books.get(bookId);
            if (book === undefined) throw new NotFoundError(`There is no book ${bookId}.`);
            return book;
          },
          putBook: async (book) => {
            books.set(book.bookId, book);
            return book;
          },
        });
      },
      bindHttp({
        serve: [BookService],
        openApi: { title: "Books", version: "1.0.0", docs: "/docs" },
      }),
    ],
  });
  await app.start();
  onTestFinished(() => app.stop());
  return app.get(HttpServer).url;
}

/** A page that remembers where it sent requests, and what it complained about. */
async function openPage(): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
  const browser = await startChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
  });
  return { page, requests, complaints };
}

/** Sends what is filled in, and resolves with the answer that the page shows for it. */
async function execute(operation: Locator): Promise<{ status: string; body: unknown }> {
  const page = operation.page();
  const answered = page.waitForResponse((response) => response.url().includes("/books/"));
  await operation.getByRole("button", { name: "Execute" }).click();
  const expected = String((await answered).status());
  const shown = operation.locator(".live-responses-table .response");
  const status = shown.locator(".response-col_status");
  await status.getByText(expected, { exact: true }).waitFor();
  const body = await shown.locator(".response-col_description pre").first().innerText();
  return { status: (await status.innerText()).trim(), body: JSON.parse(body) };
}

const reason = chromiumSkipReason();
const needs = reason === undefined ? "" : ` (needs the chromium engine: ${reason})`;

describe.skipIf(reason !== undefined)(`the page at /docs, in Chromium${needs}`, () => {
  test("shows the operations, sends requests and shows the answers", async () => {
    const url = await startBooks();
    const { page, requests, complaints } = await openPage();
    await page.goto(`${url}/docs`);

    const operations = page.locator(".opblock");
    await operations.first().waitFor();
    const listed = await operations.locator(".opblock-summary").allInnerTexts();
    expect(listed.map((text) => text.replaceAll(/[\s\u200b]+/g, " ").trim())).toEqual([
      "GET /books/{bookId} Finds a book",
      "PUT /books/{bookId} Keeps a book",
    ]);

    const getBook = operations.filter({ hasText: "Finds a book" });
    await getBook.locator(".opblock-summary-control").click();
    await getBook.getByPlaceholder("bookId").fill("b-1");
    expect(await execute(getBook)).toEqual({
      status: "200",
      body: { bookId: "b-1", title: "The first book" },
    });

    await page.getByRole("button", { name: "Authorize" }).first().click();
    await page.locator(".auth-container input").fill(apiKey);
    await page.locator(".auth-btn-wrapper .authorize").click();
    await page.locator(".auth-btn-wrapper .btn-done").click();
    const putBook = operations.filter({ hasText: "Keeps a book" });
    await putBook.locator(".opblock-summary-control").click();
    await putBook.getByPlaceholder("bookId").fill("b-2");
    await putBook.locator("textarea").first().fill('{ "title": "The second book" }');
    const kept = { bookId: "b-2", title: "The second book" };
    expect(await execute(putBook)).toEqual({ status: "200", body: kept });
    expect(await (await fetch(`${url}/books/b-2`)).json()).toEqual(kept);

    await page.screenshot({ path: screenshot, fullPage: true });
    const elsewhere = requests.filter(
      (request) => !request.startsWith("data:") && new URL(request).origin !== url,
    );
    expect(elsewhere).toEqual([]);
    expect(requests).toContain(`${url}/books/b-1`);
    expect(complaints).toEqual([]);
  });

  test("starts from the examples of the contract", async () => {
    const url = await startBooks();
    const { page } = await openPage();
    await page.goto(`${url}/docs`);
    const putBook = page.locator(".opblock").filter({ hasText: "Keeps a book" });
    await putBook.locator(".opblock-summary-control").click();
    await putBook.locator("textarea").first().waitFor();
    expect(await putBook.getByPlaceholder("bookId").inputValue()).toBe("b-9");
    expect(JSON.parse(await putBook.locator("textarea").first().inputValue())).toEqual({
      title: "A classic",
    });
    expect(await putBook.innerText()).toContain("An old one");
  });

  test("shows what a refusal says", async () => {
    const url = await startBooks();
    const { page } = await openPage();
    await page.goto(`${url}/docs`);
    const putBook = page.locator(".opblock").filter({ hasText: "Keeps a book" });
    await putBook.locator(".opblock-summary-control").click();
    await putBook.getByPlaceholder("bookId").fill("b-2");
    expect(await execute(putBook)).toMatchObject({
      status: "401",
      body: { code: "unauthenticated", details: { reason: "missing_credentials" } },
    });
  });
});
