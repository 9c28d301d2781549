/** Versions as the plugins of others are made for them; imported only where there is one. */
import satisfies from 'semver/functions/satisfies.js';
import valid from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';
import type { Versions } from './versions.js';

export const SEMANTIC_VERSIONS: Versions = {
  isVersion: (text) => valid(text) !== null,
  isRange: (text) => validRange(text) !== null,
  fits: (version, range) => satisfies(version, range, { includePrerelease: true }),
};
