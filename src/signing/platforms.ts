/** What a profile signs, and how. */
export interface SigningPlatform {
  readonly platformId: string;
  readonly displayName: string;
  readonly partner: string;
  readonly target: string;
  /** Of signatures whose profile says nothing else. */
  readonly validity: { readonly value: number; readonly type: 'DAYS' | 'MONTHS' | 'YEARS' };
}

/** Container images in the Notary Project's format. AWS Signer's other platforms sign code that no registry holds. */
export const NOTATION: SigningPlatform = {
  platformId: 'Notation-OCI-SHA384-ECDSA',
  displayName: 'Notation for Container Registries',
  partner: 'Notation',
  target: 'OCI-SHA384-ECDSA',
  validity: { value: 135, type: 'MONTHS' },
};

export const PLATFORMS: readonly SigningPlatform[] = [NOTATION];
