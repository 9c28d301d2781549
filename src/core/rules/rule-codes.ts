/** The codes of what can be wrong with a rule file, and of what a rule answers. */

export const RULE_FILE_CODES = {
  OW_RULE_NOT_JSON: 'The file is not JSON.',
  OW_RULE_TOO_LARGE: 'The file has more than 200,000 characters.',
  OW_RULE_SCHEMA: 'The file does not have the shape that rule.schema.json describes.',
  OW_RULE_NUMBER: 'A number has more than 15 significant digits; write it as a string.',
  OW_RULE_ID: 'The id is not <folder>/<claim>, or the file is not in a folder of that name.',
  OW_RULE_OPERATION: 'The folder is not the word of an operation, so the rule would never be asked.',
  OW_RULE_TOO_DEEP: 'The conditions are nested too deeply.',
  OW_RULE_EMPTY_GROUP: 'An all or any without conditions.',
  OW_RULE_UNKNOWN_FACT: 'A fact that is not registered.',
  OW_RULE_UNKNOWN_OPERATOR: 'An operator that does not exist; decorated operators do not exist either.',
  OW_RULE_OPERATOR_TYPE: 'An operator that facts of this type do not have.',
  OW_RULE_NOT: 'A not around anything but one equal or in.',
  OW_RULE_VALUE_TYPE: "A value that is not of the fact's type.",
  OW_RULE_EXAMPLES_MISSING: 'At least one allowed and one refused example are needed.',
  OW_RULE_EXAMPLE_FAILED: 'An example does not give its verdict.',
  OW_RULE_DUPLICATE: 'Another file has the same id.',
} as const;
export type RuleFileCode = keyof typeof RULE_FILE_CODES;

export const RULE_VIOLATION_CODES = {
  OW_RULE_REFUSED: 'The conditions of the rule do not hold.',
  OW_RULE_UNDETERMINED: 'The conditions can not be decided, because a value that they compare is not there.',
  OW_RULE_EVALUATION: 'The rule can not be evaluated; doubt refuses.',
  OW_RULE_BROKEN: 'A rule file of the operation was broken when rules were first activated; doubt refuses.',
} as const;
export type RuleViolationCode = keyof typeof RULE_VIOLATION_CODES;
