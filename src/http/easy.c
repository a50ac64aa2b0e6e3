#include "http/easy.h"

#define SET(option, value) ((code == CURLE_OK) ? (void)(code = curl_easy_setopt(easy, (option), (value))) : (void)0)

static CURLcode set_proxy(CURL *easy, const struct easy_options *options)
{
    CURLcode code = CURLE_OK;

    /* Which proxy, if any, was decided before: libcurl must not look for one by itself, nor go around it. */
    SET(CURLOPT_PROXY, options->proxy != NULL ? options->proxy : "");
    SET(CURLOPT_NOPROXY, "");
    SET(CURLOPT_HTTPPROXYTUNNEL, options->tunnel ? 1L : 0L);
    SET(CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
    if (options->ca_file != NULL)
        SET(CURLOPT_PROXY_CAINFO, options->ca_file);
    return code;
}

CURLcode easy_set(CURL *easy, const struct easy_options *options)
{
    CURLcode code = set_proxy(easy, options);
    long limit = options->timeout_ms < INT32_MAX - 100 ? (long)options->timeout_ms + 100L : (long)INT32_MAX;

    SET(CURLOPT_ERRORBUFFER, options->detail);
    SET(CURLOPT_URL, options->url);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1); /* else ALPN may agree on HTTP/2 */
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (options->ca_file != NULL)
        SET(CURLOPT_CAINFO, options->ca_file);
    /* A resolver that hangs must not hold the loop: its thread is left behind instead of joined (measured: 6 s against 0.5). */
    SET(CURLOPT_QUICK_EXIT, 1L);
    /* Ours ends first; libcurl's is what it divides among the addresses of a host. 0 would be its default of 300 seconds. */
    SET(CURLOPT_CONNECTTIMEOUT_MS, limit);
    return code;
}
