import type { Refusal } from '../../../values/refusal.ts';
import { MODELS } from '../../model/models.ts';
import type { Operation } from '../../operation.ts';

interface Said {
  readonly code: string;
  readonly status: number;
  /** Where the Query services say it in other words. */
  readonly message?: string;
}

/** What is common to all services, by the code of the JSON services, as those of the Query protocol call it. */
const COMMON: Readonly<Record<string, Said>> = {
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  MissingAuthenticationTokenException: {
    code: 'MissingAuthenticationToken',
    status: 403,
    message: 'Request is missing Authentication Token',
  },
  UnrecognizedClientException: {
    code: 'InvalidClientTokenId',
    status: 403,
    message: 'The security token included in the request is invalid',
  },
  ExpiredTokenException: { code: 'ExpiredToken', status: 403 },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 400 },
  ValidationException: { code: 'ValidationError', status: 400 },
  SerializationException: { code: 'MalformedInput', status: 400 },
  InvalidParameterException: { code: 'RequestEntityTooLarge', status: 413 },
  ThrottlingException: { code: 'Throttling', status: 400 },
  ServerException: { code: 'ServiceFailure', status: 500 },
};

/**
 * How a Query service says a refusal: the code of the error's shape in its model where it has one of that name, else the
 * common code, else the refusal's own.
 */
export function errorOf(refusal: Refusal, operation: Operation | undefined): Required<Said> {
  const modelled = operation && modelledError(refusal.code, operation);
  // A session that signs and has expired is said by all services alike; a token that is the proof itself by STS alone.
  const said = operation?.isUnsigned ? (modelled ?? COMMON[refusal.code]) : (COMMON[refusal.code] ?? modelled);
  const { code, status, message } = said ?? refusal;
  return { code, status, message: message ?? refusal.message };
}

function modelledError(shapeName: string, { service }: Operation): Said | undefined {
  const shape = MODELS[service].shapes.get(shapeName);
  if (shape?.type !== 'structure' || shape.error?.code === undefined) return undefined;
  return { code: shape.error.code, status: shape.error.status };
}
