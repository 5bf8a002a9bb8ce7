/* A panic in the library becomes a status, and the decoder works on. Needs the library that has the
 * function which panics. */
#include "test.h"

apigw_status apigw_test_panic(apigw_decoder *decoder);

int main(void) {
    apigw_decoder *decoder = new_decoder();
    apigw_event event;
    int i;
    for (i = 0; i < 3; i++) {
        CHECK(apigw_decoder_decode(decoder, "{\"path\":\"/\"}", 12, &event) == APIGW_OK);
        CHECK(apigw_test_panic(decoder) == APIGW_E_PANIC);
        CHECK(apigw_decoder_error(decoder)->status == APIGW_E_PANIC);
        CHECK(apigw_decoder_error(decoder)->member == NULL);
    }
    CHECK(apigw_decoder_decode(decoder, "{\"path\":\"/\"}", 12, &event) == APIGW_OK);
    CHECK(is_text(apigw_event_string(&event, event.table->path), "/"));
    apigw_decoder_free(decoder);
    puts("panic: caught");
    return 0;
}
