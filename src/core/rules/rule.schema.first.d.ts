/** rule.schema.json as the function that checks it, written by the build (.config/compile-schemas.js), which ends at the first problem. */
import type { ValidateFunction } from 'ajv';

declare const validate: ValidateFunction;
export default validate;
