// The command line's notation of parts, `adam:lr=0.01,clip=1`, which the address speaks, too.

export interface Notation {
  name: string;
  options: Record<string, string>;
}

export const parsed = (text: string): Notation => {
  const [name, rest] = halves(text.trim());
  const options: Record<string, string> = {};
  for (const part of rest.split(",")) {
    const [key, value] = part.split("=", 2).map((one) => one.trim());
    if (key && value !== undefined) options[key] = value;
  }
  return { name: name.toLowerCase(), options };
};

export const written = (name: string, options: Record<string, number | string>): string => {
  const pairs = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return pairs.length ? `${name}:${pairs.join(",")}` : name;
};

const halves = (text: string): [string, string] => {
  const at = text.indexOf(":");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
};
