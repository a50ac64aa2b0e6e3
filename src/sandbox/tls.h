/* TLS with a certificate made on the spot. */
#ifndef SANDBOX_TLS_H
#define SANDBOX_TLS_H

#include <openssl/ssl.h>

/*
 * A context for servers whose self-signed certificate names localhost, *.localhost and both loopback addresses, valid for a
 * year. `*pem` is the certificate's text, to be freed. NULL: OpenSSL failed.
 */
SSL_CTX *tls_context_new(char **pem);

#endif
