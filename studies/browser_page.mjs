// The page of studies/browser.py, which asks the worker.
import { connect } from "../widgets/src/connection.mjs";

globalThis.ask = connect(WORKER);
