package apigw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the native library is found, each time in a process of its own. */
final class LibraryTest {
    @TempDir private Path folder;

    /** The program that is started: prints the path of an event, and where the library is. */
    public static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            String maps = "/proc/self/maps";
            System.out.println(Apigw.decode("{\"path\":\"/cats\"}").path());
            try (Stream<String> lines = Files.lines(Path.of(maps))) {
                lines.filter(line -> line.contains("apigw_jni"))
                        .limit(1)
                        .forEach(System.out::println);
            }
        }
    }

    private String run(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Program.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return output;
    }

    @Test
    void theLibraryIsUnpackedAndNothingIsLeft() throws Exception {
        String output = run("-Djava.io.tmpdir=" + folder);
        assertTrue(output.startsWith("/cats\n"), output);
        assertTrue(output.contains(folder + "/apigw-"), output);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void aPropertyNamesTheLibrary() throws Exception {
        Path natives = Path.of("natives");
        Path library;
        try (Stream<Path> files = Files.walk(natives)) {
            String platform = "linux-" + System.getProperty("os.arch");
            library =
                    files.filter(file -> file.endsWith(platform + "/libapigw_jni.so"))
                            .findAny()
                            .get();
        }
        Path copy = Files.copy(library, folder.resolve("other.so"));
        Path none = Files.createDirectory(folder.resolve("none"));
        String output = run("-Dapigw.library=" + copy, "-Djava.io.tmpdir=" + none);
        assertEquals("/cats\n", output);
    }

    @Test
    void aLibraryThatCannotBeLoadedSaysWhatHelps() throws Exception {
        String output = run("-Dapigw.library=" + folder.resolve("missing.so"));
        assertTrue(
                output.contains("UnsatisfiedLinkError") && output.contains("missing.so"), output);
        output = run("-Djava.io.tmpdir=" + folder.resolve("missing"));
        assertTrue(output.contains("the library cannot be unpacked"), output);
        output = run("-Dos.name=Plan 9");
        assertTrue(output.contains("the system property apigw.library can name one"), output);
    }
}
