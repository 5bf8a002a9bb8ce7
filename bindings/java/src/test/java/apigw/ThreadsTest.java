package apigw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** More threads than there are decoders. */
final class ThreadsTest {
    @Test
    void manyThreadsReadTheirOwnEvents() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            int task = i;
            tasks.add(() -> run(task));
        }
        for (Future<Void> future : threads.invokeAll(tasks)) future.get();
        threads.shutdown();
    }

    private static Void run(int task) {
        for (int i = 0; i < 2000; i++) {
            String own = task + "-" + i + "-é".repeat(i % 50);
            String document =
                    "{\"path\":\""
                            + own
                            + "\",\"body\":\"a="
                            + own
                            + "\",\"headers\":{\"cookie\":\"c="
                            + own
                            + "\"}}";
            Event event = Apigw.decode(document);
            assertEquals(own, event.path());
            assertEquals(own, event.form().get("a"));
            assertEquals(own, event.cookies().get("c"));
            byte[] output = new Response(200).body(own).encode(Dialect.TENCENT_API_GATEWAY);
            assertEquals(own, Apigw.decode(output).body());
        }
        return null;
    }

    @Test
    void anEventIsReadByManyThreads() throws Exception {
        Event event = Support.decode("{'path':'/é','headers':{'a':'1'},'body':'a=1'}");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            tasks.add(() -> event.path() + event.header("A") + event.form().get("a"));
        }
        for (Future<String> future : threads.invokeAll(tasks)) assertEquals("/é11", future.get());
        threads.shutdown();
    }
}
