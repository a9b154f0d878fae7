/** How a setting is read from text: the flag, the environment and the file all share it. */
export type SettingKind = 'string' | 'integer' | 'bytes' | 'duration' | 'boolean';

export interface Setting {
  readonly kind: SettingKind;
  readonly default: string | number | boolean;
  readonly help: string;
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly string[];
  /** Shown to nobody. */
  readonly isSecret?: boolean;
}

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const SECOND = 1000;
