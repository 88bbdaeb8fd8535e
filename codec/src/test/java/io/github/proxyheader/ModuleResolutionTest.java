/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The module descriptor resolves against whichever Netty line is on the test class path. */
class ModuleResolutionTest {
  private static final String MODULE = "io.github.proxyheader.codec";

  private static ModuleLayer layer(String... without) {
    List<Path> path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(ModuleResolutionTest::isMainOrNetty)
            .filter(p -> Arrays.stream(without).noneMatch(p.getFileName().toString()::startsWith))
            .toList();
    ModuleLayer boot = ModuleLayer.boot();
    Configuration resolved =
        boot.configuration()
            .resolve(ModuleFinder.of(path.toArray(Path[]::new)), ModuleFinder.of(), Set.of(MODULE));
    // The parent must not be the loader of the class path, which has the same classes.
    return ModuleLayer.defineModulesWithOneLoader(
            resolved, List.of(boot), ClassLoader.getPlatformClassLoader())
        .layer();
  }

  private static boolean isMainOrNetty(Path path) {
    return path.endsWith(Path.of("target", "classes"))
        || path.getFileName().toString().matches("netty-[a-z0-9-]+-4\\..*\\.jar");
  }

  @Test
  void resolvesAndLoads() throws Exception {
    assertLoads(layer());
  }

  @Test
  void resolvesAndLoadsWithoutTheOptionalModules() throws Exception {
    assertLoads(layer("netty-transport-classes-epoll", "netty-transport-native-epoll"));
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
