/*
 * What a reply whose head is complete means for the object: a table of rules over three facts, namely which status came, what
 * the body is, and whether a store's mark is in it. result.h says the same in words.
 */
#ifndef POSTAGE_UPLOAD_JUDGEMENT_H
#define POSTAGE_UPLOAD_JUDGEMENT_H

#include "upload/mark.h"

/* Kinds of status, as bits; 200, 201 and 204 are those that a store answers a form with. */
enum status_kind {
    STATUS_DONE = 1 << 0,
    STATUS_OTHER_2XX = 1 << 1,
    STATUS_AS_ASKED = 1 << 2,  /* 303 to where the form asked for: how success looks to a browser */
    STATUS_ELSEWHERE = 1 << 3, /* 303 to another place, although the form asked for one */
    STATUS_3XX = 1 << 4,       /* any other */
    STATUS_OF_PROXY = 1 << 5,  /* 407 where a proxy may have answered */
    STATUS_4XX = 1 << 6,
    STATUS_5XX = 1 << 7,
    STATUS_NONE = 1 << 8 /* no status that HTTP knows */
};

#define STATUS_2XX (STATUS_DONE | STATUS_OTHER_2XX)

/* What is to be told. */
enum reading {
    READ_STORED,
    READ_REFUSED,       /* a refusal; a callback that failed, too */
    READ_PROXY_REFUSED, /* by the proxy, before anybody else saw the form */
    READ_STRANGER,      /* a success that only a store can tell, and nothing that only a store says */
    READ_MALFORMED
};

struct judgement {
    enum reading reading;
    enum postage_object_state state;
};

enum status_kind judgement_status(const struct reply_pairs *pairs, const struct http_facts *facts,
                                  const struct postage_form *form);

struct judgement judgement_of(enum status_kind status, enum reply_body body, enum reply_mark mark);

#endif
