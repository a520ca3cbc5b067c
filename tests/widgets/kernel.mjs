// The kernel, which only Python can assemble.
import { compile } from "../../widgets/src/arithmetic.mjs";

if (!process.env.KERNEL) {
  throw new Error(
    "these tests need the kernel: run them by pytest, as " +
      "tests/units/test_browser_modules.py does, or set KERNEL to what " +
      "widgets.bundle.kernel() returns in Python",
  );
}

export const kernel = compile(process.env.KERNEL);
