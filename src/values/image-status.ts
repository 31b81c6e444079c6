/** In the words of API_ImageDetail. */
export type ImageStatus = 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING';

/** Which images a list shows. */
export type StatusFilter = ImageStatus | 'ANY';

/** The one status that passes; undefined for any. Nobody who does not ask for them sees archived images. */
export function statusOf(filter: StatusFilter = 'ACTIVE'): ImageStatus | undefined {
  return filter === 'ANY' ? undefined : filter;
}
