export function withLock<T>(file: string, action: () => Promise<T> | T, options?: { seconds?: number }): Promise<T>;
