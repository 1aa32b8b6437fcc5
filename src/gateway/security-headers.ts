// The headers of every answer. The policy names what a page may load, and everything else is refused by the browser: a
// script that got into a page by a message would be inline or foreign, and neither runs. No answer ever carries a CORS
// header, so that no other origin may read one.

/** `host`: the value of Host that the request was let pass with, as it becomes part of the policy. */
export function securityHeaders(host: string | undefined): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(host),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  }
}

function contentSecurityPolicy(host: string | undefined): string {
  // A policy cannot name an IPv6 address (CSP level 3, 2.3.1); there 'self' alone must do, which covers ws: in browsers of today.
  const socket = host === undefined || host.startsWith('[') ? '' : ` ws://${host}`
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    `connect-src 'self'${socket}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
