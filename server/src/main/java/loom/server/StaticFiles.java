package loom.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.EncodedResourceResolver;
import org.springframework.web.servlet.resource.PathResourceResolver;
import org.springframework.web.servlet.resource.ResourceResolverChain;

/**
 * The web front end's files, as the Brotli or gzip sibling that the build wrote where the browser takes it.
 *
 * <p>A browser keeps a file but asks every time whether it changed. The answer is a hash of the bytes, not a date: files
 * in a reproducible jar all carry the same one.
 */
@Configuration
class StaticFiles implements WebMvcConfigurer {
    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/**")
                .addResourceLocations("classpath:/META-INF/resources/")
                .setCacheControl(CacheControl.noCache())
                .setUseLastModified(false)
                .setEtagGenerator(StaticFiles::etag)
                .resourceChain(false)
                .addResolver(new BrotliFirst())
                .addResolver(new PathResourceResolver());
    }

    /** Folders show their start page, as on any static host. */
    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        for (String folder : List.of("/docs", "/examples")) {
            registry.addRedirectViewController(folder, folder + "/");
            registry.addViewController(folder + "/").setViewName("forward:" + folder + "/index.html");
        }
    }

    /** Engine and bundled models are everybody's: pages of other sites may fetch them. */
    @Override
    public void addCorsMappings(CorsRegistry registry) {
        for (String files : List.of("/loom/**", "/models/**")) {
            registry.addMapping(files).allowedOrigins("*").allowedMethods("GET", "HEAD");
        }
    }

    /** Whoever takes Brotli gets it: the resolver would follow browsers, whose list begins with gzip. */
    private static final class BrotliFirst extends EncodedResourceResolver {
        @Override
        protected Resource resolveResourceInternal(
                HttpServletRequest request,
                String path,
                List<? extends Resource> locations,
                ResourceResolverChain chain) {
            return super.resolveResourceInternal(
                    request == null ? null : new OneCoding(request), path, locations, chain);
        }
    }

    private static final class OneCoding extends HttpServletRequestWrapper {
        OneCoding(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getHeader(String name) {
            String value = super.getHeader(name);
            boolean codings = HttpHeaders.ACCEPT_ENCODING.equalsIgnoreCase(name) && value != null;
            return codings && value.contains("br") ? "br" : value;
        }
    }

    private static String etag(Resource file) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(file.getContentAsByteArray());
            return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file.getDescription(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
