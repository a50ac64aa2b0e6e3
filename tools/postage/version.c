#include "version.h"

#include "output.h"
#include "postage/api.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <libxml/parser.h>
#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

/* "libcurl/7.88.1 OpenSSL/3.0.19 zlib/…": the first word. */
static int curl_version_bytes(const char *text)
{
    return (int)strcspn(text, " ");
}

/* libxml2 tells its number as text, two digits each: "20914" is 2.9.14. */
static long xml_version(void)
{
    return strtol(xmlParserVersion, NULL, 10);
}

enum exit_code version_print(void)
{
    const char *curl = curl_version();
    long xml = xml_version();
    char text[512];

    snprintf(text, sizeof text, "postage %s\n%.*s\n%s\nlibxml2 %ld.%ld.%ld\ncJSON %s", postage_version(),
             curl_version_bytes(curl), curl, OpenSSL_version(OPENSSL_VERSION), xml / 10000, xml / 100 % 100, xml % 100,
             cJSON_Version());
    return output_write(text, strlen(text), true);
}
