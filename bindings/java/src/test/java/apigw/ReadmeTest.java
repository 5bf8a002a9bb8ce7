package apigw;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs in the documents are compiled without a warning, and print what they should. */
final class ReadmeTest {
    private static final List<String> OUTPUTS =
            List.of(
                    """
                    GET /cats example.com
                    [black, white]
                    {"isBase64Encoded":false,"statusCode":200,\
                    "headers":{"content-type":"text/plain"},"body":"meow"}
                    """,
                    "{id=7}\ndark\n",
                    "wrong-type at byte 8 in path\ntrue\n",
                    "GET /cats [black, white]\n");

    @TempDir private Path folder;

    @Test
    void programsOfTheDocuments() throws Exception {
        String documents =
                Files.readString(Path.of("README.md"))
                        + Files.readString(Support.ROOT.resolve("README.md"));
        Matcher program =
                Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
                        .matcher(documents);
        int count = 0;
        for (; program.find(); count++) {
            Path place = Files.createDirectory(folder.resolve(String.valueOf(count)));
            Path source = Files.writeString(place.resolve("Example.java"), program.group(1));
            compile(source, place);
            assertEquals(OUTPUTS.get(count), run(place), source.toString());
        }
        assertEquals(OUTPUTS.size(), count);
    }

    private static void compile(Path source, Path place) throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-Xlint:all", "-Werror", "-d", place.toString());
            boolean isGood =
                    compiler.getTask(
                                    messages,
                                    files,
                                    null,
                                    options,
                                    null,
                                    files.getJavaFileObjects(source))
                            .call();
            assertEquals("", messages.toString());
            assertEquals(true, isGood);
        }
    }

    private static String run(Path place) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String path = place + ":" + System.getProperty("java.class.path");
        Process process =
                new ProcessBuilder(java, "-cp", path, "Example").redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
