#include "sandbox/fault.h"

enum { MS_PER_S = 1000, SLICES_PER_S = 20 }; /* throttled bytes come in pieces of 50 ms */

static bool is_ending(enum fault_action action)
{
    return action == FAULT_CUT || action == FAULT_RESET || action == FAULT_HOLD;
}

static uint32_t rate_of(const struct fault *fault)
{
    return fault->amount > 0 ? fault->amount : 1;
}

static uint64_t piece_of(const struct fault *fault)
{
    uint32_t rate = rate_of(fault);

    return rate > SLICES_PER_S ? rate / SLICES_PER_S : 1;
}

static uint32_t pause_of(const struct fault *fault, uint64_t passed)
{
    bool here = fault->at == passed;

    if (fault->action == FAULT_DELAY)
        return here ? fault->amount : 0;
    if (fault->action != FAULT_THROTTLE || passed <= fault->at || (passed - fault->at) % piece_of(fault) != 0)
        return 0;
    return (uint32_t)(piece_of(fault) * MS_PER_S / rate_of(fault));
}

enum fault_action fault_due(struct fault_exchange *exchange, enum fault_direction direction, uint32_t *pause_ms)
{
    uint64_t passed = exchange->passed[direction];
    enum fault_action ending = FAULT_NONE;

    *pause_ms = 0;
    for (size_t i = 0; i < exchange->count; i++) {
        const struct fault *fault = &exchange->faults[i];

        if (fault->direction != direction)
            continue;
        if (exchange->paused_at[direction] != passed + 1)
            *pause_ms += pause_of(fault, passed);
        if (fault->at == passed && (is_ending(fault->action) || (fault->action == FAULT_MUTE && !exchange->muted)))
            ending = fault->action;
    }
    if (*pause_ms == 0) {
        exchange->muted = exchange->muted || ending == FAULT_MUTE;
        return ending;
    }
    exchange->paused_at[direction] = passed + 1;
    return FAULT_DELAY;
}

/* How far it is from here to where this fault wants to be asked again. */
static uint64_t distance(const struct fault *fault, uint64_t passed)
{
    if (fault->at > passed)
        return fault->at - passed;
    if (fault->action == FAULT_THROTTLE)
        return piece_of(fault) - (passed - fault->at) % piece_of(fault);
    return fault->action == FAULT_CORRUPT && fault->at == passed ? 1 : UINT64_MAX;
}

size_t fault_room(const struct fault_exchange *exchange, enum fault_direction direction, size_t len)
{
    uint64_t room = len;

    for (size_t i = 0; i < exchange->count; i++) {
        const struct fault *fault = &exchange->faults[i];
        uint64_t far = distance(fault, exchange->passed[direction]);

        if (fault->direction == direction && far < room)
            room = far;
    }
    return (size_t)room;
}

uint8_t fault_flip(const struct fault_exchange *exchange, enum fault_direction direction)
{
    uint8_t bits = 0;

    for (size_t i = 0; i < exchange->count; i++) {
        const struct fault *fault = &exchange->faults[i];

        if (fault->direction == direction && fault->action == FAULT_CORRUPT && fault->at == exchange->passed[direction])
            bits ^= (uint8_t)fault->amount;
    }
    return bits;
}

void fault_pass(struct fault_exchange *exchange, enum fault_direction direction, size_t len)
{
    exchange->passed[direction] += len;
}
