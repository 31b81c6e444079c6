// Generated from signer's published API model (2017-08-25) by: npm run model

export interface CancelSigningProfileRequest {
  readonly profileName: string;
}

export type Category = 'AWSIoT';

export type EncryptionAlgorithm = 'RSA' | 'ECDSA';

export interface EncryptionAlgorithmOptions {
  readonly allowedValues: readonly EncryptionAlgorithm[];
  readonly defaultValue: EncryptionAlgorithm;
}

export interface GetSigningPlatformRequest {
  readonly platformId: string;
}

export interface GetSigningPlatformResponse {
  readonly platformId?: string;
  readonly displayName?: string;
  readonly partner?: string;
  readonly target?: string;
  readonly category?: Category;
  readonly signingConfiguration?: SigningConfiguration;
  readonly signingImageFormat?: SigningImageFormat;
  readonly maxSizeInMB?: number;
  readonly revocationSupported?: boolean;
}

export interface GetSigningProfileRequest {
  readonly profileName: string;
  readonly profileOwner?: string;
}

export interface GetSigningProfileResponse {
  readonly profileName?: string;
  readonly profileVersion?: string;
  readonly profileVersionArn?: string;
  readonly revocationRecord?: SigningProfileRevocationRecord;
  readonly signingMaterial?: SigningMaterial;
  readonly platformId?: string;
  readonly platformDisplayName?: string;
  readonly signatureValidityPeriod?: SignatureValidityPeriod;
  readonly overrides?: SigningPlatformOverrides;
  readonly signingParameters?: Readonly<Record<string, string>>;
  readonly status?: SigningProfileStatus;
  readonly statusReason?: string;
  readonly arn?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export type HashAlgorithm = 'SHA1' | 'SHA256';

export interface HashAlgorithmOptions {
  readonly allowedValues: readonly HashAlgorithm[];
  readonly defaultValue: HashAlgorithm;
}

export type ImageFormat = 'JSON' | 'JSONEmbedded' | 'JSONDetached';

export interface ListSigningPlatformsRequest {
  readonly category?: string;
  readonly partner?: string;
  readonly target?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface ListSigningPlatformsResponse {
  readonly platforms?: readonly SigningPlatform[];
  readonly nextToken?: string;
}

export interface ListSigningProfilesRequest {
  readonly includeCanceled?: boolean;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly platformId?: string;
  readonly statuses?: readonly SigningProfileStatus[];
}

export interface ListSigningProfilesResponse {
  readonly profiles?: readonly SigningProfile[];
  readonly nextToken?: string;
}

export interface ListTagsForResourceRequest {
  readonly resourceArn: string;
}

export interface ListTagsForResourceResponse {
  readonly tags?: Readonly<Record<string, string>>;
}

export interface PutSigningProfileRequest {
  readonly profileName: string;
  readonly signingMaterial?: SigningMaterial;
  readonly signatureValidityPeriod?: SignatureValidityPeriod;
  readonly platformId: string;
  readonly overrides?: SigningPlatformOverrides;
  readonly signingParameters?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface PutSigningProfileResponse {
  readonly arn?: string;
  readonly profileVersion?: string;
  readonly profileVersionArn?: string;
}

export interface SignPayloadRequest {
  readonly profileName: string;
  readonly profileOwner?: string;
  readonly payload: Uint8Array;
  readonly payloadFormat: string;
}

export interface SignPayloadResponse {
  readonly jobId?: string;
  readonly jobOwner?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signature?: Uint8Array;
}

export interface SignatureValidityPeriod {
  readonly value?: number;
  readonly type?: ValidityType;
}

export interface SigningConfiguration {
  readonly encryptionAlgorithmOptions: EncryptionAlgorithmOptions;
  readonly hashAlgorithmOptions: HashAlgorithmOptions;
}

export interface SigningConfigurationOverrides {
  readonly encryptionAlgorithm?: EncryptionAlgorithm;
  readonly hashAlgorithm?: HashAlgorithm;
}

export interface SigningImageFormat {
  readonly supportedFormats: readonly ImageFormat[];
  readonly defaultFormat: ImageFormat;
}

export interface SigningMaterial {
  readonly certificateArn: string;
}

export interface SigningPlatform {
  readonly platformId?: string;
  readonly displayName?: string;
  readonly partner?: string;
  readonly target?: string;
  readonly category?: Category;
  readonly signingConfiguration?: SigningConfiguration;
  readonly signingImageFormat?: SigningImageFormat;
  readonly maxSizeInMB?: number;
  readonly revocationSupported?: boolean;
}

export interface SigningPlatformOverrides {
  readonly signingConfiguration?: SigningConfigurationOverrides;
  readonly signingImageFormat?: ImageFormat;
}

export interface SigningProfile {
  readonly profileName?: string;
  readonly profileVersion?: string;
  readonly profileVersionArn?: string;
  readonly signingMaterial?: SigningMaterial;
  readonly signatureValidityPeriod?: SignatureValidityPeriod;
  readonly platformId?: string;
  readonly platformDisplayName?: string;
  readonly signingParameters?: Readonly<Record<string, string>>;
  readonly status?: SigningProfileStatus;
  readonly arn?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface SigningProfileRevocationRecord {
  readonly revocationEffectiveFrom?: Date;
  readonly revokedAt?: Date;
  readonly revokedBy?: string;
}

export type SigningProfileStatus = 'Active' | 'Canceled' | 'Revoked';

export interface TagResourceRequest {
  readonly resourceArn: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type TagResourceResponse = Readonly<Record<string, never>>;

export interface UntagResourceRequest {
  readonly resourceArn: string;
  readonly tagKeys: readonly string[];
}

export type UntagResourceResponse = Readonly<Record<string, never>>;

export type ValidityType = 'DAYS' | 'MONTHS' | 'YEARS';
