/**
 * The micro guest's image, which the test runner builds and names in the environment. A test that needs it passes `reason`
 * to `skip` where it is unavailable.
 */
export function testImage(): { available: true; path: string } | { available: false; reason: string } {
  const path = process.env.PULUMI_KVM_TEST_IMAGE;
  if (path !== undefined && path !== "") return { available: true, path };
  return {
    available: false,
    reason: process.env.PULUMI_KVM_TEST_IMAGE_MISSING ?? "PULUMI_KVM_TEST_IMAGE names no guest image",
  };
}
