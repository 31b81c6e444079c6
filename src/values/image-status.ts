/** In the words of API_ImageDetail. */
export type ImageStatus = 'ACTIVE' | 'ARCHIVED' | 'ACTIVATING';
