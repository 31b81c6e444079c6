/** The artifact type of a signature of the Notary Project. */
export const SIGNATURE_TYPE = 'application/vnd.cncf.notary.signature';
