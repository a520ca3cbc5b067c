// Numbers, as a reader sees them.

// Round a value to two significant digits.
export function roundValue(value) {
  const digits = 1 - Math.floor(Math.log10(value));
  return Number(value.toFixed(Math.max(0, Math.min(6, digits))));
}

// Write a number with few digits.
export function formatValue(value) {
  if (value === undefined) return "–";
  if (Number.isNaN(value ?? NaN)) return "not a number"; // null, in JSON
  if (value === Infinity) return "too large";
  if (value >= 1e5 || (value > 0 && value < 1e-6)) {
    const [factor, exponent] = value.toExponential(0).split("e");
    return `${factor}\u00a0×\u00a010${superscript(Number(exponent))}`;
  }
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export function formatHeat(tau) {
  return tau === 0 ? "0: likeliest" : String(tau);
}

// Write a number with some decimals, and with a sign of minus.
export function formatNumber(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

// Write an integer as an exponent.
export function superscript(integer) {
  return [...String(integer)].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d] ?? "⁻").join("");
}

// Write a probability in percent: neither 0 nor 100 only by rounding.
export function percent(probability) {
  const value = 100 * probability;
  if (value > 0 && value < 0.05) return "< 0.1 %";
  if (value > 99.5 && value < 100) return "> 99 %";
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
