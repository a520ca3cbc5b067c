// The kernel, which only Python can assemble.
import { compile } from "../../widgets/src/arithmetic.mjs";

if (!process.env.KERNEL) throw new Error("run npm test in widgets/");

export const kernel = compile(process.env.KERNEL);
