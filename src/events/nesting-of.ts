/** How deep objects and lists stand within each other in a JSON text, without going down the stack to see. */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInText = false;
  for (let i = 0; i < text.length; i++) {
    const it = text[i];
    if (isInText) {
      if (it === '\\') i++;
      else if (it === '"') isInText = false;
    } else if (it === '"') {
      isInText = true;
    } else if (it === '{' || it === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (it === '}' || it === ']') {
      depth -= 1;
    }
  }
  return deepest;
}
