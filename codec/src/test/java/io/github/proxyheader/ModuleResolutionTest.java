/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The module descriptor resolves against whichever Netty line is on the test class path. */
class ModuleResolutionTest {
  private static final String MODULE = "io.github.proxyheader.codec";
  private static final String HANDLERS = "io.github.proxyheader.handler";
  private static final String TCNATIVE = "io.netty.tcnative.classes.openssl";

  private static ModuleLayer layer(String... without) {
    return layer(Set.of(MODULE), without);
  }

  private static ModuleLayer layer(Set<String> roots, String... without) {
    return controller(roots, without).layer();
  }

  private static ModuleLayer.Controller controller(Set<String> roots, String... without) {
    List<Path> path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(ModuleResolutionTest::isNeeded)
            .filter(p -> Arrays.stream(without).noneMatch(p.getFileName().toString()::startsWith))
            .toList();
    ModuleLayer boot = ModuleLayer.boot();
    Configuration resolved =
        boot.configuration()
            .resolve(ModuleFinder.of(path.toArray(Path[]::new)), ModuleFinder.of(), roots);
    // The parent must not be the loader of the class path, which has the same classes.
    return ModuleLayer.defineModulesWithOneLoader(
        resolved, List.of(boot), ClassLoader.getPlatformClassLoader());
  }

  private static boolean isNeeded(Path path) {
    return path.endsWith(Path.of("target", "classes"))
        || path.getFileName().toString().matches("netty-[a-z0-9-]+-4\\..*\\.jar")
        || path.getFileName().toString().startsWith("netty-tcnative-classes-")
        || path.getFileName().toString().startsWith("micrometer-");
  }

  @Test
  void resolvesAndLoads() throws Exception {
    assertLoads(layer());
  }

  @Test
  void resolvesAndLoadsWithoutTheOptionalModules() throws Exception {
    assertLoads(
        layer(
            "netty-transport-classes-epoll",
            "netty-transport-native-epoll",
            "netty-codec-classes-quic",
            "netty-tcnative-classes",
            "micrometer-"));
  }

  @Test
  @DisplayName("netty-tcnative is read where it is resolved, and its absence is no error")
  void tcnativeIsReadWhereItIsResolved() throws Exception {
    ModuleLayer with = layer(Set.of(MODULE, TCNATIVE));
    Module codec = with.findModule(MODULE).orElseThrow();
    Module tcnative = with.findModule(TCNATIVE).orElseThrow();
    assertThat(codec.canRead(tcnative)).isTrue();
    assertThat(tcnative.isExported("io.netty.internal.tcnative", codec)).isTrue();

    ModuleLayer.Controller without = controller(Set.of(MODULE), "netty-tcnative-classes");
    assertThat(without.layer().findModule(TCNATIVE)).isEmpty();
    Class<?> sessions = without.layer().findLoader(MODULE).loadClass(HANDLERS + ".OpenSslSessions");
    without.addOpens(sessions.getModule(), HANDLERS, getClass().getModule());
    Method isNew = sessions.getDeclaredMethod("isNew", long.class);
    isNew.setAccessible(true);
    assertThat(isNew.invoke(null, 1L)).as("not known to be new").isEqualTo(false);
  }

  @Test
  void metricsLoadWithMicrometer() throws Exception {
    ModuleLayer layer = layer(Set.of(MODULE, "micrometer.core"));
    ClassLoader loader = layer.findLoader(MODULE);
    Class<?> metrics = loader.loadClass("io.github.proxyheader.metrics.ProxyHeaderMetrics");
    Class<?> registry = loader.loadClass("io.micrometer.core.instrument.MeterRegistry");
    Object simple =
        loader
            .loadClass("io.micrometer.core.instrument.simple.SimpleMeterRegistry")
            .getConstructor()
            .newInstance();
    assertThat(registry.getModule().getName()).isEqualTo("micrometer.core");
    assertThat(metrics.getMethod("of", registry).invoke(null, simple)).isInstanceOf(metrics);
  }

  private static void assertLoads(ModuleLayer layer) throws Exception {
    ClassLoader loader = layer.findLoader(MODULE);
    Class<?> decoder = loader.loadClass("io.github.proxyheader.handler.ProxyHeaderDecoder");
    assertThat(decoder.getModule().getName()).isEqualTo(MODULE);

    Class<?> superclass = decoder.getSuperclass();
    while (superclass.getModule() == decoder.getModule()) {
      superclass = superclass.getSuperclass();
    }
    assertThat(superclass.getName()).isEqualTo("io.netty.handler.codec.ByteToMessageDecoder");
    assertThat(superclass.getModule().getLayer()).isSameAs(layer);
    assertThat(superclass.getModule().getName()).isIn("io.netty.codec", "io.netty.codec.base");
    assertThat(decoder.getConstructor().newInstance()).isInstanceOf(superclass);

    Class<?> datagrams =
        loader.loadClass("io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder");
    assertThat(datagrams.getConstructor().newInstance())
        .extracting(object -> object.getClass().getModule().getName())
        .isEqualTo(MODULE);
  }
}
