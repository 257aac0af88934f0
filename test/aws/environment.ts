/** Nothing of the machine's own AWS settings may reach a test. */
export const BASE_ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: 'AKIDTEST',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_REGION: 'us-east-1',
  NO_PROXY: '127.0.0.1,localhost',
};

/** Replaces every AWS and proxy variable of the process. */
export function withEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|^(https?|all|no)_proxy$/i.test(name)) delete process.env[name];
  }
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) process.env[name] = value;
  }
}
