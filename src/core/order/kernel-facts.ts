/** All facts of the kernel: what a rule may test without a plugin. */
import type { FactDefinition } from '../rules/fact.js';
import { MATERIAL_FACTS } from './material-facts.js';
import { ORDER_FACTS } from './order-facts.js';

export const KERNEL_FACTS: readonly FactDefinition[] = [...ORDER_FACTS, ...MATERIAL_FACTS];
