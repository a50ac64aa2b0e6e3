/* What every easy handle of libcurl's is told, whoever owns it: names, proxies, TLS, and what it must not do by itself. */
#ifndef POSTAGE_HTTP_EASY_H
#define POSTAGE_HTTP_EASY_H

#include <curl/curl.h>

#include <stdbool.h>
#include <stdint.h>

/* Texts are borrowed for the call. */
struct easy_options {
    const char *url;
    const char *ca_file; /* NULL: the system's */
    const char *proxy;   /* NULL: none */
    bool tunnel;         /* through the proxy, by CONNECT */
    bool proxy_secure;   /* TLS to the proxy */
    int64_t timeout_ms;  /* what libcurl divides among the addresses of a host */
    char *detail;        /* CURL_ERROR_SIZE bytes for libcurl's words for a failure; they stay with the handle */
};

CURLcode easy_set(CURL *easy, const struct easy_options *options);

#endif
