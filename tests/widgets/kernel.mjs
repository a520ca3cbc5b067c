// The kernel, which only Python can assemble.
import { compile } from "../../widgets/src/arithmetic.mjs";

if (!process.env.KERNEL) {
  throw new Error(
    "these tests need the kernel: run npm test in widgets/, or set KERNEL " +
      "to what widgets.bundle.kernel() returns in Python",
  );
}

export const kernel = compile(process.env.KERNEL);
