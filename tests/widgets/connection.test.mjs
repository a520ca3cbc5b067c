import assert from "node:assert/strict";
import test from "node:test";

import { Connection } from "../../widgets/src/connection.mjs";

globalThis.Worker = undefined;

test("where there are no workers, a question is answered by an error", async () => {
  const answer = new Connection("", {}).ask({ ask: "begin" });
  await assert.rejects(answer, { name: "Error" });
});
