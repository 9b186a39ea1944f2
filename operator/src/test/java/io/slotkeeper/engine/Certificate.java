package io.slotkeeper.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that signed itself, as the files an engine reads and as the trust of a client. */
record Certificate(Path file, Path keyFile, SSLContext trusting) {
    private static final String PASSWORD = "changeit";

    static Certificate forName(String name, Path folder) {
        try {
            Files.createDirectories(folder);
            Path store = folder.resolve("store.p12");
            generate(name, store);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            byte[] key = keys.getKey("node", PASSWORD.toCharArray()).getEncoded();
            byte[] certificate = keys.getCertificate("node").getEncoded();
            return new Certificate(
                    pem("CERTIFICATE", certificate, folder.resolve("node.crt")),
                    pem("PRIVATE KEY", key, folder.resolve("node.key")),
                    trusting(keys.getCertificate("node")));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("making a certificate for " + name, e);
        }
    }

    private static void generate(String name, Path store) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "node",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD);
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.onExit().join().exitValue() != 0) {
            throw new IllegalStateException("keytool failed: " + command);
        }
    }

    private static Path pem(String kind, byte[] content, Path file) throws IOException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }

    private static SSLContext trusting(java.security.cert.Certificate certificate)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("node", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
