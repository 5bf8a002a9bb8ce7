/*
 * Where the table of an event has the values of a shape: the library tells by the number of its skeleton that an event
 * has the shape of an earlier one (apigw_decoder_skeleton), so the values need not be looked for in its document.
 */
#ifndef APIGW_NODE_PLAN_H
#define APIGW_NODE_PLAN_H

#include "skeleton.h"

enum {
    /* As many skeletons as a decoder keeps, and some that it has learned anew. */
    PLANS = 8,
};

typedef struct plan {
    /* The decoder's number of the skeleton; 0 if there is no plan. */
    uint32_t skeleton;
    /* The number of the shape among these, or -1 if the table has not all of its values. */
    int32_t shape;
    const shapes *shapes;
    /* How far behind the table's begin the span of each value stands. */
    uint32_t *places;
} plan;

/* The plans of a decoder. The next one takes the place of the oldest. */
typedef struct plans {
    plan all[PLANS];
    uint32_t next;
} plans;

/* The plan that there is with these shapes for the skeleton of a block, or NULL. */
const plan *plans_find(const plans *plans, const shapes *shapes, const block *block);

/* Notes that the document of a block has a shape, whose spans are those of the document. */
void plans_add(plans *plans, const shapes *shapes, int32_t shape, const block *block);

/* Makes the spans of the shapes those of the document in a block. False if it has not the shape of the plan after all.
 */
bool plan_follow(const plan *plan, shapes *shapes, const block *block);

void plans_free(plans *plans);

#endif
