#include "sandbox/tls.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAMES "DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1"
enum { DAY_S = 24 * 60 * 60, VALID_S = 365 * DAY_S };

static bool add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    bool added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;

    X509_EXTENSION_free(extension);
    return added;
}

static bool fill_certificate(X509 *certificate, EVP_PKEY *key)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    uint64_t serial = 0;

    if (RAND_bytes((unsigned char *)&serial, sizeof serial) != 1)
        return false;
    /* An hour back: a client's clock may be behind. */
    return X509_set_version(certificate, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -60 * 60) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_S) != NULL &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"postage sandbox", -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
           add_extension(certificate, NID_subject_alt_name, NAMES) &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
           X509_sign(certificate, key, EVP_sha256()) > 0;
}

static char *certificate_text(X509 *certificate)
{
    BIO *memory = BIO_new(BIO_s_mem());
    char *bytes, *text = NULL;
    long len;

    if (memory != NULL && PEM_write_bio_X509(memory, certificate) == 1) {
        len = BIO_get_mem_data(memory, &bytes);
        text = len > 0 ? strndup(bytes, (size_t)len) : NULL;
    }
    BIO_free(memory);
    return text;
}

SSL_CTX *tls_context_new(char **pem)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    bool made = key != NULL && certificate != NULL && context != NULL && fill_certificate(certificate, key) &&
                SSL_CTX_use_certificate(context, certificate) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1;

    *pem = made ? certificate_text(certificate) : NULL;
    if (*pem == NULL) {
        SSL_CTX_free(context);
        context = NULL;
    } else {
        /* A write may be repeated with more after it, from another address. */
        SSL_CTX_set_mode(context,
                         SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return context;
}
