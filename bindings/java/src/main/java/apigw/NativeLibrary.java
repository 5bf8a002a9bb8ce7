package apigw;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Finds and loads the native library. */
final class NativeLibrary {
    /** The system property with the path of a library that is loaded instead. */
    private static final String PROPERTY = "apigw.library";

    private NativeLibrary() {}

    static void load() {
        String file = System.getProperty(PROPERTY);
        if (file != null) {
            System.load(Path.of(file).toAbsolutePath().toString());
            return;
        }
        String name = "natives/" + platform() + "/libapigw_jni.so";
        try (InputStream library = NativeLibrary.class.getResourceAsStream(name)) {
            if (library == null) {
                throw new UnsatisfiedLinkError(
                        "the package has no library for "
                                + platform()
                                + ": the system property "
                                + PROPERTY
                                + " can name one");
            }
            loadCopy(library);
        } catch (IOException error) {
            UnsatisfiedLinkError wrapped =
                    new UnsatisfiedLinkError("the library cannot be unpacked: " + error);
            wrapped.initCause(error);
            throw wrapped;
        }
    }

    /** Loads a copy of the library. It is in a folder that only this user can read or change. */
    private static void loadCopy(InputStream library) throws IOException {
        // Its owner alone has permissions for it, and its name is new and random.
        Path folder = Files.createTempDirectory("apigw-");
        Path copy = folder.resolve("libapigw_jni.so");
        try {
            Files.copy(library, copy);
            System.load(copy.toString());
        } catch (UnsatisfiedLinkError error) {
            UnsatisfiedLinkError explained =
                    new UnsatisfiedLinkError(
                            error.getMessage()
                                    + " (java.io.tmpdir must be a folder from which programs can"
                                    + " be run, or the system property "
                                    + PROPERTY
                                    + " names the library)");
            explained.initCause(error);
            throw explained;
        } finally {
            // A library that is loaded needs no file.
            Files.deleteIfExists(copy);
            Files.deleteIfExists(folder);
        }
    }

    /** Returns the folder of the libraries for this system and CPU, such as {@code linux-amd64}. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return system + "-" + System.getProperty("os.arch");
    }
}
