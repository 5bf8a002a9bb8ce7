/* Two Rust libraries in one program. */
#include "test.h"

uint32_t other_seven(void);

int main(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event event;
    CHECK(other_seven() == 7);
    CHECK(apigw_decoder_decode(decoder, "{\"path\":\"/\"}", 12, &event) == APIGW_OK);
    CHECK(is_text(apigw_event_string(&event, event.table->path), "/"));
    apigw_decoder_free(decoder);
    CHECK(other_seven() == 7);
    puts("other: both work");
    return 0;
}
